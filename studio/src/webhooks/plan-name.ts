const list = new Intl.ListFormat('en', { type: 'disjunction' });
const capitalized = (plan: string) => plan.charAt(0).toUpperCase() + plan.slice(1);

/** `['pro', 'business']` becomes "Pro or Business". */
export const namePlans = (plans: string[]) => list.format(plans.map(capitalized));
