import { z } from 'zod';
import type { EventDefinition } from '../define-event.js';

/** One entry of the catalog of event types. */
export class EventTypeDto {
  /**
   * The event type.
   * @example "lead.captured"
   */
  type: string;

  /**
   * How admins see it.
   * @example "Lead Captured"
   */
  label: string;

  /** When it happens. */
  description: string;

  /** JSON Schema (2020-12) of the `data` that receivers get. */
  schema: Record<string, unknown>;

  /** Sample data, as a test delivery sends it. */
  example: Record<string, unknown>;

  static from({ type, label, description, data, example }: EventDefinition): EventTypeDto {
    return {
      type,
      label,
      description,
      schema: jsonSchemaOf(data),
      example: example as Record<string, unknown>,
    };
  }
}

export class EventTypeListDto {
  items: EventTypeDto[];

  /** Always null: the catalog is one page. */
  nextCursor: string | null;
}

/** JSON Schema of the data as it is sent: nullable keys are always present. */
export function jsonSchemaOf(data: EventDefinition['data']): Record<string, unknown> {
  // A custom field brings its schema as metadata, which zod would else refuse to write.
  return z.toJSONSchema(data, { io: 'output', unrepresentable: 'any' }) as Record<string, unknown>;
}
