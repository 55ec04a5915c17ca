import { Button } from '@mantine/core';
import { Brand } from '../design/Brand';
import { ColorSchemeToggle } from '../design/ColorSchemeToggle';
import { Link } from '../navigation/Link';
import { paths } from '../navigation/routes';
import { useNavigation } from '../navigation/use-navigation';
import classes from './AppHeader.module.css';
import { useSession } from './use-session';

export function AppHeader() {
  const { me, signOut } = useSession();
  const { path, navigate, runGuarded } = useNavigation();
  const leave = () => {
    navigate(paths.chatbots(), { replace: true });
    signOut();
  };
  const isAtHome = path === paths.chatbots();
  return (
    <header>
      <div className={classes.inner}>
        {isAtHome ? (
          <span className={classes.brand}>
            <Brand />
          </span>
        ) : (
          <Link to={paths.chatbots()} className={classes.brand}>
            <Brand />
          </Link>
        )}
        <div className={classes.account}>
          <strong>{me.organization?.name ?? 'Platform'}</strong>
          <span>{me.organization ? `${me.organization.plan} plan` : 'all organizations'}</span>
        </div>
        <ColorSchemeToggle />
        <Button variant="default" size="xs" flex="none" onClick={() => runGuarded(leave)}>
          Sign out
        </Button>
      </div>
    </header>
  );
}
