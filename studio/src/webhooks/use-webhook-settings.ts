import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../api/api-problem';
import type { VersionedWebhookSettings } from '../api/studio-api';
import { useSession } from '../session/use-session';
import { differingFields, toDraft, toFields, type WebhookDraft } from './webhook-draft';

interface State {
  /** What the server holds, as far as this page knows. */
  base: VersionedWebhookSettings;
  draft: WebhookDraft;
}

export type WebhookEditing = ReturnType<typeof useWebhookSettings>;

const isChanged = ({ base, draft }: State) => differingFields(toFields(draft), base.settings).length > 0;
const adopt = (base: VersionedWebhookSettings): State => ({ base, draft: toDraft(base.settings) });

/** The saved settings, the edited ones, and the way from the one to the other. */
export function useWebhookSettings(chatbotId: string) {
  const { api } = useSession();
  const [state, setState] = useState<State | null>(null);
  const [loadProblem, setLoadProblem] = useState<unknown>();
  const [saveProblem, setSaveProblem] = useState<unknown>();
  const [isSaving, setSaving] = useState(false);
  /** Somebody else's settings, met while saving ours. */
  const [theirs, setTheirs] = useState<VersionedWebhookSettings | null>(null);

  /**
   * Takes over what the server holds. Edited fields stay; if somebody else changed a field meanwhile, the old
   * version is kept along with them, so that saving meets the conflict instead of overwriting it.
   */
  const refresh = useCallback(
    async (signal?: AbortSignal) => {
      try {
        const fresh = await api.getWebhook(chatbotId, signal);
        setLoadProblem(undefined);
        setState((state) => {
          if (!state || !isChanged(state)) return adopt(fresh);
          const isSameAsBefore = differingFields(fresh.settings, state.base.settings).length === 0;
          return isSameAsBefore ? { ...state, base: fresh } : state;
        });
      } catch (problem) {
        if (!signal?.aborted) setLoadProblem(problem);
      }
    },
    [api, chatbotId],
  );

  useEffect(() => {
    const abort = new AbortController();
    const refreshWhenVisible = () => {
      if (!document.hidden) void refresh(abort.signal);
    };
    void refresh(abort.signal);
    document.addEventListener('visibilitychange', refreshWhenVisible);
    return () => {
      abort.abort();
      document.removeEventListener('visibilitychange', refreshWhenVisible);
    };
  }, [refresh]);

  const edit = (change: Partial<WebhookDraft>) => {
    setSaveProblem(undefined);
    setState((state) => state && { ...state, draft: { ...state.draft, ...change } });
  };

  /** Resolves to whether the draft is now what the server holds. */
  const save = async (draft: WebhookDraft, etag: string | null): Promise<boolean> => {
    setSaving(true);
    setSaveProblem(undefined);
    try {
      const saved = await api.putWebhook(chatbotId, toFields(draft), etag);
      // What was typed while the request was on its way is newer than what it saved.
      setState((state) => (state && state.draft !== draft ? { ...state, base: saved } : adopt(saved)));
      return true;
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.code === 'stale') {
        await api.getWebhook(chatbotId).then(setTheirs, setSaveProblem);
      } else {
        setSaveProblem(problem);
      }
      return false;
    } finally {
      setSaving(false);
    }
  };

  const withTheirs = (act: (theirs: VersionedWebhookSettings) => void) => () => {
    if (theirs) act(theirs);
    setTheirs(null);
  };

  return {
    settings: state?.base.settings,
    draft: state?.draft,
    isDirty: state !== null && isChanged(state),
    isSaving,
    loadProblem,
    saveProblem,
    theirs: theirs?.settings ?? null,
    edit,
    refresh,
    save: () => (state ? save(state.draft, state.base.etag) : Promise.resolve(false)),
    discard: () => {
      setSaveProblem(undefined);
      setState((state) => state && adopt(state.base));
    },
    /** The three ways out of a conflict. */
    takeTheirs: withTheirs((theirs) => setState(adopt(theirs))),
    keepEditing: withTheirs((theirs) => setState((state) => state && { ...state, base: theirs })),
    saveOurs: withTheirs((theirs) => {
      if (!state) return;
      setState({ ...state, base: theirs });
      void save(state.draft, theirs.etag);
    }),
  };
}
