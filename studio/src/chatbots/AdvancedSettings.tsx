import { Tabs } from '@mantine/core';
import type { Chatbot } from '../api/types';
import { Icon } from '../design/Icon';
import { type ChatbotRoute, paths } from '../navigation/routes';
import { useNavigation } from '../navigation/use-navigation';
import { PlanBadge } from '../webhooks/PlanBadge';
import { useRequiredPlans } from '../webhooks/use-required-plans';
import { WebhooksTab } from '../webhooks/WebhooksTab';
import classes from './AdvancedSettings.module.css';
import { GeneralTab } from './GeneralTab';

interface AdvancedSettingsProps {
  chatbot: Chatbot;
  route: Exclude<ChatbotRoute, { name: 'chatbot' }>;
  onChatbotChanged: () => void;
}

/** The settings panel; its tabs are addresses, so that each can be linked to and reloaded. */
export function AdvancedSettings({ chatbot, route, onChatbotChanged }: AdvancedSettingsProps) {
  const { navigate } = useNavigation();
  const requiredPlans = useRequiredPlans(chatbot.id);
  const open = (tab: string | null) => {
    if (tab === route.name) return;
    navigate(tab === 'webhooks' ? paths.webhooks(chatbot.id) : paths.general(chatbot.id));
  };
  // Hidden from the tab's name only: its panel says the same at length.
  const badge = requiredPlans && (
    <span aria-hidden="true">
      <span className={classes.badge}>
        <PlanBadge requiredPlans={requiredPlans} />
      </span>
      <span className={classes.lock}>
        <Icon name="lock" size={16} />
      </span>
    </span>
  );
  return (
    <Tabs value={route.name} onChange={open} keepMounted={false} activateTabWithKeyboard={false}>
      <Tabs.List aria-label="Advanced Settings" mb="lg">
        <Tabs.Tab value="general">General</Tabs.Tab>
        <Tabs.Tab value="webhooks" rightSection={badge}>
          Webhooks
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="general">
        <GeneralTab chatbot={chatbot} onChanged={onChatbotChanged} />
      </Tabs.Panel>
      <Tabs.Panel value="webhooks">
        {route.name === 'webhooks' && <WebhooksTab chatbot={chatbot} openDeliveryId={route.deliveryId} />}
      </Tabs.Panel>
    </Tabs>
  );
}
