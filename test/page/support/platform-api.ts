/** The REST API with the platform key: what a test arranges before it opens the page, or behind the page's back. */
export class PlatformApi {
  constructor(
    private readonly baseUrl: string,
    private readonly apiKey: string,
  ) {}

  async createOrganization(plan: string, name = 'Acme Inc'): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/v1/organizations', { name, plan })).id;
  }

  async changePlan(organizationId: string, plan: string): Promise<void> {
    await this.call('PATCH', `/v1/organizations/${organizationId}`, { plan });
  }

  createApiKey(organizationId: string, scopes: string[]): Promise<{ id: string; key: string }> {
    return this.call('POST', `/v1/organizations/${organizationId}/api-keys`, { name: 'page test', scopes });
  }

  async revokeApiKey(organizationId: string, keyId: string): Promise<void> {
    await this.call('DELETE', `/v1/organizations/${organizationId}/api-keys/${keyId}`);
  }

  async createChatbot(organizationId: string, name: string): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/v1/chatbots', { organizationId, name })).id;
  }

  async saveWebhook(chatbotId: string, url: string | null, events: string[] = []): Promise<void> {
    await this.call('PUT', `/v1/chatbots/${chatbotId}/webhook`, { enabled: url !== null, url, events });
  }

  async getSecret(chatbotId: string): Promise<string> {
    return (await this.call<{ secret: string }>('GET', `/v1/chatbots/${chatbotId}/webhook/secret`)).secret;
  }

  async emit(chatbotId: string, eventType: string, data: object): Promise<string> {
    const emitted = await this.call<{ outcome: string; deliveryId: string | null }>(
      'POST',
      `/v1/chatbots/${chatbotId}/events`,
      { eventType, data },
    );
    if (emitted.deliveryId === null) throw new Error(`The event was not queued: ${emitted.outcome}`);
    return emitted.deliveryId;
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${this.apiKey}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
