import { MantineProvider } from '@mantine/core';
import { resolveCssVariables, theme } from './design/theme';
import { NavigationProvider } from './navigation/NavigationProvider';
import { NoticeProvider } from './notices/NoticeProvider';
import { Pages } from './Pages';
import { SessionGate } from './session/SessionGate';

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveCssVariables} defaultColorScheme="auto">
      <NoticeProvider>
        <NavigationProvider>
          <SessionGate>
            <Pages />
          </SessionGate>
        </NavigationProvider>
      </NoticeProvider>
    </MantineProvider>
  );
}
