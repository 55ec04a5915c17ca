import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsOmittable } from '../../common/index.js';

const WEEK_SECONDS = 7 * 24 * 3600;

export class RegenerateSecretDto {
  /**
   * How long, in seconds, receivers may go on verifying with the old secret; 0 = it is dead at once.
   * @example 86400
   */
  @IsOmittable()
  @IsInt()
  @Min(0)
  @Max(WEEK_SECONDS)
  overlapSeconds?: number;
}

export class SecretDto {
  /** @example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=" */
  secret: string;
}

export class RegeneratedSecretDto extends SecretDto {
  /** Until when the old secret also signs; null without an overlap. */
  previousExpiresAt: string | null;
}

export class VerifySignatureDto {
  /** The body of the request, exactly as it was received. */
  @IsString()
  @MaxLength(262_144)
  body: string;

  /**
   * The value of a signature header.
   * @example "sha256=5d5b09f6dcb2d53a5fffc60c4ac0d55fabdf556069d6631545f42aa6e3500f2e"
   */
  @IsString()
  @MaxLength(2000)
  signature: string;

  /** The request's `webhook-id`, for Standard Webhooks. */
  @IsOmittable()
  @IsString()
  @MaxLength(200)
  webhookId?: string;

  /** The request's `webhook-timestamp`, for Standard Webhooks. */
  @IsOmittable()
  @IsString()
  @MaxLength(40)
  webhookTimestamp?: string;
}

export class SignatureVerdictDto {
  valid: boolean;

  /** The header whose value it is; null when it is not valid. */
  scheme: string | null;

  /** What was found, or what to look at. */
  message: string;
}
