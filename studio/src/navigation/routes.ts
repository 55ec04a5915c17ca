/** Every address of the page: built by `paths`, read by `matchRoute`. */
export type Route =
  | { name: 'chatbots' }
  | { name: 'chatbot'; chatbotId: string }
  | { name: 'general'; chatbotId: string }
  | { name: 'webhooks'; chatbotId: string; deliveryId: string | null }
  | { name: 'unknown' };

/** An address below one chatbot. */
export type ChatbotRoute = Extract<Route, { chatbotId: string }>;

export const paths = {
  chatbots: () => '/',
  chatbot: (chatbotId: string) => `/chatbots/${encodeURIComponent(chatbotId)}`,
  general: (chatbotId: string) => `${paths.chatbot(chatbotId)}/settings`,
  webhooks: (chatbotId: string) => `${paths.chatbot(chatbotId)}/settings/webhooks`,
  delivery: (chatbotId: string, deliveryId: string) =>
    `${paths.webhooks(chatbotId)}/deliveries/${encodeURIComponent(deliveryId)}`,
};

export function matchRoute(path: string): Route {
  const [first, chatbotId, third, fourth, fifth, deliveryId, ...rest] = path
    .split('/')
    .filter(Boolean)
    .map(decode);
  if (first === undefined || (first === 'chatbots' && chatbotId === undefined)) return { name: 'chatbots' };
  if (first !== 'chatbots' || chatbotId === undefined || rest.length > 0) return { name: 'unknown' };
  if (third === undefined) return { name: 'chatbot', chatbotId };
  if (third !== 'settings') return { name: 'unknown' };
  if (fourth === undefined) return { name: 'general', chatbotId };
  if (fourth !== 'webhooks') return { name: 'unknown' };
  if (fifth === undefined) return { name: 'webhooks', chatbotId, deliveryId: null };
  return fifth === 'deliveries' && deliveryId !== undefined
    ? { name: 'webhooks', chatbotId, deliveryId }
    : { name: 'unknown' };
}

/** A hand-typed address may hold a `%` that encodes nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
