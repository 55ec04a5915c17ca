/**
 * A table of our schema, for `@Entity()`. Our migrations alone shape it: in a host whose connection says
 * `synchronize: true`, TypeORM would create it too early, and later drop the indexes that no entity declares.
 */
export const table = (name: string) => ({ schema: 'chatbot_webhooks', name, synchronize: false }) as const;
