import type { EntityManager } from 'typeorm';

/** What this product needs to know of a chatbot. */
export interface ChatbotRef {
  readonly id: string;
  /** Goes into every envelope as `chatbotName`. */
  readonly name: string;
  readonly organizationId: string;
}

export interface ChatbotSearch {
  /** Null: of every organization (platform key). */
  readonly organizationId: string | null;
  /** Part of a name, in any case; null = all. */
  readonly search: string | null;
  /** Only ids greater than this one, in the order of ids. */
  readonly afterId: string | null;
  readonly limit: number;
}

/**
 * Port: where chatbots live. Default: our own table.
 *
 * `find` is called for every attempt and, through a cache of half a second, for every event: concurrent calls
 * may be answered from one query. May be slow; a throw makes the event's publish fail, or the attempt start
 * later. Null means deleted or never there: its pending deliveries end as `chatbot_deleted`.
 */
export abstract class ChatbotDirectory {
  /**
   * @param manager of the transaction that an event is published in: query through it if you query this
   *   database. A chatbot of the same transaction is then found, and the embedded database, which has one
   *   session, does not wait for itself.
   */
  abstract find(chatbotId: string, manager?: EntityManager): Promise<ChatbotRef | null>;

  /** For the list on the page, ordered by id. */
  abstract list(search: ChatbotSearch): Promise<ChatbotRef[]>;
}
