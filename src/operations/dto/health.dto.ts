export class PartHealthDto {
  status: 'up' | 'down';
}

export class HealthDto {
  /** `degraded`: events are accepted, deliveries wait. */
  status: 'ok' | 'degraded' | 'down';

  /**
   * By name: `database`, `queue`.
   * @example { "database": { "status": "up" }, "queue": { "status": "up" } }
   */
  parts: Record<string, PartHealthDto>;
}
