import type { Http } from './http';
import { toQuery } from './query';
import type {
  Chatbot,
  Delivery,
  DeliveryDetail,
  DeliveryStatus,
  EventType,
  Me,
  Organization,
  Overview,
  Page,
  VerifyRequest,
  VerifyResult,
  WebhookFields,
  WebhookSettings,
} from './types';

export interface ChatbotQuery {
  search?: string;
  cursor?: string | null;
  limit?: number;
}

export interface DeliveryQuery {
  status?: DeliveryStatus | '';
  eventType?: string;
  /** Inclusive. */
  since?: string | null;
  /** Exclusive. */
  until?: string | null;
  cursor?: string | null;
  limit?: number;
}

export interface VersionedWebhookSettings {
  settings: WebhookSettings;
  etag: string | null;
}

export type StudioApi = ReturnType<typeof createStudioApi>;

/** One method per route of the REST API that the page uses. */
export function createStudioApi(http: Http) {
  const get = async <T>(path: string, signal?: AbortSignal) => (await http<T>(path, { signal })).data;
  const post = async <T>(path: string, body: unknown = {}) =>
    (await http<T>(path, { method: 'POST', body })).data;
  const chatbot = (id: string) => `/v1/chatbots/${encodeURIComponent(id)}`;
  const delivery = (chatbotId: string, id: string) =>
    `${chatbot(chatbotId)}/deliveries/${encodeURIComponent(id)}`;

  return {
    getMe: (signal?: AbortSignal) => get<Me>('/v1/me', signal),

    listOrganizations: (signal?: AbortSignal) =>
      get<Page<Organization>>('/v1/organizations?limit=100', signal),
    createOrganization: (body: { name: string; plan: string }) =>
      post<Organization>('/v1/organizations', body),

    listChatbots: (query: ChatbotQuery, signal?: AbortSignal) =>
      get<Page<Chatbot>>(`/v1/chatbots${toQuery({ ...query })}`, signal),
    getChatbot: (id: string, signal?: AbortSignal) => get<Chatbot>(chatbot(id), signal),
    createChatbot: (body: { name: string; organizationId?: string }) => post<Chatbot>('/v1/chatbots', body),
    renameChatbot: async (id: string, name: string) =>
      (await http<Chatbot>(chatbot(id), { method: 'PATCH', body: { name } })).data,

    getWebhook: async (id: string, signal?: AbortSignal): Promise<VersionedWebhookSettings> => {
      const { data, etag } = await http<WebhookSettings>(`${chatbot(id)}/webhook`, { signal });
      return { settings: data, etag };
    },
    /** Answers `stale` (412) when the settings are no longer those that `etag` names. */
    putWebhook: async (
      id: string,
      fields: WebhookFields,
      etag: string | null,
    ): Promise<VersionedWebhookSettings> => {
      const answer = await http<WebhookSettings>(`${chatbot(id)}/webhook`, {
        method: 'PUT',
        body: fields,
        ifMatch: etag,
      });
      return { settings: answer.data, etag: answer.etag };
    },
    getSecret: async (id: string) => (await get<{ secret: string }>(`${chatbot(id)}/webhook/secret`)).secret,
    regenerateSecret: (id: string, overlapSeconds: number) =>
      post<{ secret: string; previousExpiresAt: string | null }>(
        `${chatbot(id)}/webhook/secret/regenerate`,
        overlapSeconds > 0 ? { overlapSeconds } : {},
      ),
    removeSecret: async (id: string) => {
      await http<void>(`${chatbot(id)}/webhook/secret`, { method: 'DELETE' });
    },
    sendTestEvent: (id: string, eventType: string) =>
      post<{ deliveryId: string }>(`${chatbot(id)}/webhook/test`, { eventType }),
    verifySignature: (id: string, body: VerifyRequest) =>
      post<VerifyResult>(`${chatbot(id)}/webhook/verify`, body),

    listDeliveries: (id: string, query: DeliveryQuery, signal?: AbortSignal) =>
      get<Page<Delivery>>(`${chatbot(id)}/deliveries${toQuery({ ...query })}`, signal),
    getDelivery: (id: string, deliveryId: string, signal?: AbortSignal) =>
      get<DeliveryDetail>(delivery(id, deliveryId), signal),
    redeliver: (id: string, deliveryId: string) =>
      post<{ deliveryId: string }>(`${delivery(id, deliveryId)}/redeliver`),
    getOverview: (id: string, signal?: AbortSignal) => get<Overview>(`${chatbot(id)}/overview`, signal),

    listEventTypes: async (signal?: AbortSignal) =>
      (await get<Page<EventType>>('/v1/event-types', signal)).items,
  };
}
