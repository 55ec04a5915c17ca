import { usePolled } from '../data/use-polled';
import { useSession } from '../session/use-session';

/** The catalog: the built-in event types and those that the host application added. */
export function useEventTypes() {
  const { api } = useSession();
  return usePolled(api.listEventTypes);
}
