import type { DeliveryError } from '../api/types';

export interface Explanation {
  /** A few words, for a table. */
  title: string;
  /** What happened, in a sentence. */
  cause: string;
  /** What the admin can do about it. */
  whatToDo: string;
}

/** A cause of null: the API's own message is more exact than a sentence for the whole code could be. */
type CodeExplanation = Omit<Explanation, 'cause'> & { cause: string | null };

const EXPLANATIONS: Record<string, CodeExplanation> = {
  timeout: {
    title: 'Timed out',
    cause: null,
    whatToDo:
      'Answer with a 2xx status first and do the work afterwards, for example from a queue of your own.',
  },
  dns: {
    title: 'Host not found',
    cause: 'The host name of the URL could not be resolved.',
    whatToDo: 'Check the URL for typing mistakes, and that the name has a public DNS record.',
  },
  connection_refused: {
    title: 'Connection refused',
    cause: 'The receiver’s machine is there, but nothing listens on that port.',
    whatToDo: 'Start the receiver, and check the port in the URL and its firewall.',
  },
  connection_reset: {
    title: 'Connection lost',
    cause: null,
    whatToDo: 'Look for a crash or a proxy limit in the receiver’s log at this time.',
  },
  network: {
    title: 'Network error',
    cause: null,
    whatToDo: 'Check that the receiver is reachable from the internet and speaks plain HTTP/1.1 over TLS.',
  },
  tls: {
    title: 'TLS error',
    cause: null,
    whatToDo:
      'Renew the certificate, and let the server send the whole chain. Its verification is never skipped.',
  },
  blocked_address: {
    title: 'Address not allowed',
    cause: 'The host name leads to an address that is not public.',
    whatToDo: 'Use a URL that is reachable from the internet. Private and local addresses are never called.',
  },
  http_status: {
    title: 'Not accepted',
    cause: 'The receiver answered with a status other than 2xx.',
    whatToDo: 'The answer below and the receiver’s log say why.',
  },
  interrupted: {
    title: 'Interrupted',
    cause: 'Our own process ended during this attempt. Whether the receiver got the request is not known.',
    whatToDo: 'Nothing: it is made again at once. Your receiver may see the same delivery id twice.',
  },
  webhook_disabled: {
    title: 'Webhook disabled',
    cause: 'The webhook was switched off while this delivery was waiting.',
    whatToDo: 'Switch Webhook Enabled on and redeliver.',
  },
  webhook_url_removed: {
    title: 'URL removed',
    cause: 'The URL was removed while this delivery was waiting.',
    whatToDo: 'Save a URL and redeliver.',
  },
  plan_required: {
    title: 'Plan required',
    cause: 'The plan no longer included webhooks when this delivery was due.',
    whatToDo: 'Change to a plan with webhooks and redeliver.',
  },
  chatbot_deleted: {
    title: 'Chatbot deleted',
    cause: 'The chatbot was deleted while this delivery was waiting.',
    whatToDo: 'Nothing: there is no chatbot left to send for.',
  },
};

const UNKNOWN: CodeExplanation = { title: 'Failed', cause: null, whatToDo: '' };

/** An error of the API in plain words; for `http_status` the status says more than the code. */
export function explainError({ code, message }: DeliveryError, responseStatus: number | null): Explanation {
  const { title, cause, whatToDo } = (Object.hasOwn(EXPLANATIONS, code) && EXPLANATIONS[code]) || UNKNOWN;
  if (code !== 'http_status' || responseStatus === null) return { title, cause: cause ?? message, whatToDo };
  return {
    title,
    cause: `The receiver answered ${responseStatus} instead of a 2xx status.`,
    whatToDo: adviceForStatus(responseStatus),
  };
}

function adviceForStatus(status: number): string {
  if (status >= 300 && status < 400)
    return 'Redirects are not followed: save the URL that this one leads to.';
  if (status === 401 || status === 403) {
    return 'The receiver does not trust the request: check its signature check, secret and access rules.';
  }
  if (status === 404 || status === 405)
    return 'Check the path of the URL, and that the receiver takes POST there.';
  if (status === 410) return 'The receiver says that it is gone for good: save a new URL.';
  if (status === 413) return 'The receiver’s limit for request bodies is too low.';
  if (status === 429)
    return 'The receiver takes fewer requests than come; we wait as long as its Retry-After asks.';
  if (status >= 500) return 'The receiver failed while handling it: its log at this time says why.';
  return 'The receiver refused the request: the answer below and its log say why.';
}
