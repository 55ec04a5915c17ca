import { Module } from '@nestjs/common';
import { SigningService } from './signing.service.js';

/** Needs `SecretCipher` and `WebhookSigner` from the global module that binds the ports. */
@Module({ providers: [SigningService], exports: [SigningService] })
export class SigningModule {}
