import type { Chatbot } from '../api/types';
import { Icon } from '../design/Icon';
import { Link } from '../navigation/Link';
import { paths } from '../navigation/routes';
import { formatDate } from '../time/format-time';
import classes from './ChatbotRow.module.css';

interface ChatbotRowProps {
  chatbot: Chatbot;
  /** Undefined where it is known anyway, or is not known. */
  organizationName: string | undefined;
}

export function ChatbotRow({ chatbot, organizationName }: ChatbotRowProps) {
  const created = chatbot.createdAt && `Created ${formatDate(chatbot.createdAt)}`;
  return (
    <li className={classes.row}>
      <span className={classes.mark}>
        <Icon name="chat" />
      </span>
      <div className={classes.body}>
        <Link to={paths.chatbot(chatbot.id)} className={classes.link}>
          {chatbot.name}
        </Link>
        <p className={classes.detail}>{[organizationName, created].filter(Boolean).join(' · ')}</p>
      </div>
      <span className={classes.arrow}>
        <Icon name="right" size={16} />
      </span>
    </li>
  );
}
