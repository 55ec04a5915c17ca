import { MantineProvider } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { ErrorBoundary } from './design/ErrorBoundary';
import { PagePending } from './design/PagePending';
import { resolveCssVariables, theme } from './design/theme';
import { NoticeProvider } from './notices/NoticeProvider';
import { SessionGate } from './session/SessionGate';

// Fetched along with the sign-in page, but not waited for: that one is to stand at once.
const pages = import('./Pages');
const Pages = lazy(() => pages);

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveCssVariables} defaultColorScheme="auto">
      <ErrorBoundary>
        <NoticeProvider>
          <SessionGate>
            <Suspense fallback={<PagePending />}>
              <Pages />
            </Suspense>
          </SessionGate>
        </NoticeProvider>
      </ErrorBoundary>
    </MantineProvider>
  );
}
