import { IsString, MaxLength } from 'class-validator';
import { IsOmittable } from '../../common/index.js';

export class SendTestDto {
  /**
   * Whose sample data is sent; left out, the first selected event type's.
   * @example "lead.captured"
   */
  @IsOmittable()
  @IsString()
  @MaxLength(100)
  eventType?: string;
}

export class DeliveryAcceptedDto {
  /** Under which receivers see it, and `GET …/deliveries/{deliveryId}` shows it. */
  deliveryId: string;
}
