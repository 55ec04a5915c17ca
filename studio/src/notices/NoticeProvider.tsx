import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Icon } from '../design/Icon';
import classes from './NoticeProvider.module.css';
import { NoticesContext, type Notice } from './notices-context';

const SHOWN_MS = 4000;

/** One notice at a time: a newer one replaces the older. */
export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<Notice | null>(null);

  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  const announce = useCallback((notice: Notice) => setNotice({ ...notice }), []);
  const notices = useMemo(() => ({ announce }), [announce]);

  return (
    <NoticesContext value={notices}>
      {children}
      <div className={classes.stack} role="status" aria-live="polite">
        {notice && (
          <div className={classes.notice}>
            <span className={classes.icon} data-tone={notice.tone}>
              <Icon name={notice.tone === 'good' ? 'check' : notice.tone === 'calm' ? 'info' : 'alert'} />
            </span>
            {notice.text}
          </div>
        )}
      </div>
    </NoticesContext>
  );
}
