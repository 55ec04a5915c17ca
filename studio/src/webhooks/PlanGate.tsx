import { Icon } from '../design/Icon';
import { namePlans } from './plan-name';
import classes from './PlanGate.module.css';

/** Says which plan webhooks require, and what still works without it. */
export function PlanGate({ requiredPlans }: { requiredPlans: string[] }) {
  return (
    <div className={classes.gate} role="note">
      <span className={classes.icon}>
        <Icon name="lock" size={22} />
      </span>
      <div>
        <p className={classes.title}>Webhooks are not part of your plan</p>
        <p className={classes.text}>
          They require the {namePlans(requiredPlans)} plan. Until then the settings can be read but not
          changed, and no event is sent.
        </p>
      </div>
    </div>
  );
}
