import type { WebhookSettings } from '../api/types';
import { SignatureCheck } from './SignatureCheck';
import { SnippetTabs } from './SnippetTabs';
import classes from './VerifyGuide.module.css';

export default function VerifyGuide({
  chatbotId,
  settings,
}: {
  chatbotId: string;
  settings: WebhookSettings;
}) {
  return (
    <div className={classes.columns}>
      <SnippetTabs headerPrefix={settings.headerPrefix} hasSecret={settings.secret.configured} />
      <SignatureCheck
        chatbotId={chatbotId}
        headerPrefix={settings.headerPrefix}
        hasSecret={settings.secret.configured}
      />
    </div>
  );
}
