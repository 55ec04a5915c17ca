import { Column, Entity, PrimaryColumn } from 'typeorm';

/** This application's own bots: Chatbot Webhooks reads them through `BotDirectory`. */
@Entity({ name: 'bot' })
export class Bot {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  title: string;

  /** What Chatbot Webhooks calls an organization. */
  @Column('uuid', { name: 'workspace_id' })
  workspaceId: string;
}
