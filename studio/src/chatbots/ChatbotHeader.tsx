import { Button, Title } from '@mantine/core';
import type { Chatbot } from '../api/types';
import { Icon } from '../design/Icon';
import { Link } from '../navigation/Link';
import { paths } from '../navigation/routes';
import { useNavigation } from '../navigation/use-navigation';
import classes from './ChatbotHeader.module.css';

interface ChatbotHeaderProps {
  chatbot: Chatbot;
  isInSettings: boolean;
}

export function ChatbotHeader({ chatbot, isInSettings }: ChatbotHeaderProps) {
  const { navigate } = useNavigation();
  return (
    <>
      <nav aria-label="Breadcrumb">
        <ol className={classes.trail}>
          <li>
            <Link to={paths.chatbots()}>Chatbots</Link>
            <Icon name="right" size={12} />
          </li>
          {isInSettings ? (
            <>
              <li>
                <Link to={paths.chatbot(chatbot.id)}>{chatbot.name}</Link>
                <Icon name="right" size={12} />
              </li>
              <li aria-current="page">Advanced Settings</li>
            </>
          ) : (
            <li aria-current="page">{chatbot.name}</li>
          )}
        </ol>
      </nav>
      <div className={classes.head}>
        <Title order={1} className={classes.title}>
          {chatbot.name}
        </Title>
        <Button
          variant={isInSettings ? 'light' : 'default'}
          leftSection={<Icon name="settings" size={17} />}
          aria-pressed={isInSettings}
          onClick={() => {
            if (!isInSettings) navigate(paths.general(chatbot.id));
          }}
        >
          Advanced Settings
        </Button>
      </div>
    </>
  );
}
