import type { Chatbot } from '../api/types';
import { Icon } from '../design/Icon';
import { Link } from '../navigation/Link';
import { paths } from '../navigation/routes';
import { formatDate } from '../time/format-time';
import classes from './ChatbotRow.module.css';

export function ChatbotRow({ chatbot }: { chatbot: Chatbot }) {
  return (
    <li className={classes.row}>
      <span className={classes.mark}>
        <Icon name="chat" />
      </span>
      <div className={classes.body}>
        <Link to={paths.chatbot(chatbot.id)} className={classes.link}>
          {chatbot.name}
        </Link>
        <p className={classes.detail}>Created {formatDate(chatbot.createdAt)}</p>
      </div>
      <span className={classes.arrow}>
        <Icon name="right" size={16} />
      </span>
    </li>
  );
}
