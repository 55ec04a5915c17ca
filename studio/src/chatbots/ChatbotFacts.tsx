import type { Chatbot } from '../api/types';
import { FactList } from '../design/FactList';
import { formatExact } from '../time/format-time';

export function ChatbotFacts({ chatbot }: { chatbot: Chatbot }) {
  return (
    <FactList
      facts={[
        ['Chatbot id', <code key="id">{chatbot.id}</code>],
        ['Organization id', <code key="organization">{chatbot.organizationId}</code>],
        ['Created', chatbot.createdAt && formatExact(chatbot.createdAt)],
        ['Last changed', chatbot.updatedAt && formatExact(chatbot.updatedAt)],
      ]}
    />
  );
}
