import { ChatbotListPage } from './chatbots/ChatbotListPage';
import { ChatbotPage } from './chatbots/ChatbotPage';
import { EmptyState } from './design/EmptyState';
import { ErrorBoundary } from './design/ErrorBoundary';
import { Link } from './navigation/Link';
import { NavigationProvider } from './navigation/NavigationProvider';
import { useFocusOnPageChange } from './navigation/use-focus-on-page-change';
import { matchRoute, paths } from './navigation/routes';
import { useNavigation } from './navigation/use-navigation';
import { AppHeader } from './session/AppHeader';

/** Everything behind the sign-in. */
export default function Pages() {
  return (
    <NavigationProvider>
      <CurrentPage />
    </NavigationProvider>
  );
}

/** Header and the page that the address names. */
function CurrentPage() {
  const { path } = useNavigation();
  const route = matchRoute(path);
  const mainRef = useFocusOnPageChange(
    `${route.name === 'chatbots'} ${'chatbotId' in route && route.chatbotId}`,
  );
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <AppHeader />
      <main className="page" id="main" tabIndex={-1} ref={mainRef}>
        <ErrorBoundary>
          {route.name === 'chatbots' && <ChatbotListPage />}
          {route.name === 'unknown' && (
            <EmptyState
              title="There is no such page"
              action={<Link to={paths.chatbots()}>All chatbots</Link>}
            />
          )}
          {'chatbotId' in route && <ChatbotPage key={route.chatbotId} route={route} />}
        </ErrorBoundary>
      </main>
    </>
  );
}
