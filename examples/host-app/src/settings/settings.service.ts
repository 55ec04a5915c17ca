import { Injectable } from '@nestjs/common';

/** Stands for whatever an application keeps its settings in, such as the ConfigService of @nestjs/config. */
@Injectable()
export class SettingsService {
  private readonly settings: Readonly<Record<string, string>> = {
    'webhooks.retryDelays': '1s,4s,16s',
    'webhooks.headerPrefix': 'X-Acme',
  };

  get(name: string): string | undefined {
    return this.settings[name];
  }
}
