import { HttpService } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  EgressModule,
  EgressOptions,
  PublicHttpsUrlPolicy,
  UrlPolicy,
  WebhookSender,
} from '../../src/egress/index.js';

export interface EgressUnderTest {
  sender: WebhookSender;
  http: HttpService;
  /** A POST of `{}` with a deadline of 2 s. */
  post: (url: string, timeoutMs?: number, body?: Buffer) => ReturnType<WebhookSender['send']>;
  close: () => Promise<void>;
}

/** The egress room on its own, asking no name server and reading no hosts file unless told which. */
export async function startEgress(values: Partial<EgressOptions>): Promise<EgressUnderTest> {
  const options = new EgressOptions({ hostsFile: null, dnsServers: ['127.0.0.1:9'], ...values });

  @Global()
  @Module({
    providers: [
      { provide: EgressOptions, useValue: options },
      { provide: UrlPolicy, useValue: new PublicHttpsUrlPolicy(options.allowedNetworks) },
    ],
    exports: [EgressOptions, UrlPolicy],
  })
  class Bindings {}

  const module = await Test.createTestingModule({ imports: [Bindings, EgressModule] }).compile();
  await module.init();
  const sender = module.get(WebhookSender);
  return {
    sender,
    http: module.get(HttpService),
    post: (url, timeoutMs = 2000, body = Buffer.from('{}')) =>
      sender.send({ url, headers: { 'Content-Type': 'application/json' }, body, timeoutMs }),
    close: () => module.close(),
  };
}
