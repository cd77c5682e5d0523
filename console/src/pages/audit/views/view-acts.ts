// What can be done with a view: each is sent, told, and all lists of views are asked for anew.
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../../api/client';
import { confirm } from '../../../ui/confirm';
import { tellDone, tellFailure } from '../../../ui/told';
import { viewsQuery } from '../audit.queries';
import type { View } from '../filter';

type SaveBody = Schemas['SaveViewBody'];
type ChangeBody = Schemas['ChangeViewBody'];

export interface ViewActs {
  /** Throws what is refused: the dialog shows it beside the name. */
  create: (body: SaveBody) => Promise<View>;
  change: (id: string, body: ChangeBody) => Promise<View>;
  clone: (view: View) => Promise<View | undefined>;
  reset: (view: View) => Promise<boolean>;
  share: (view: View) => Promise<void>;
  makeDefault: (view: View) => Promise<void>;
  remove: (view: View) => Promise<boolean>;
}

export function useViewActs(): ViewActs {
  const { t } = useTranslation('audit');
  const queries = useQueryClient();
  const anew = () => queries.invalidateQueries({ queryKey: viewsQuery.queryKey });
  const path = (id: string) => ({ params: { path: { id } } });
  const told = async <T>(act: () => Promise<T>, message: string): Promise<T | undefined> => {
    try {
      const done = await act();
      await anew();
      tellDone(message);
      return done;
    } catch (error) {
      tellFailure(error);
      return undefined;
    }
  };
  const create = async (body: SaveBody) => {
    const view = await answered(api.POST('/audit/v1/views', { body }));
    await anew();
    tellDone(t('views.saved', { name: view.name }));
    return view;
  };
  const change = async (id: string, body: ChangeBody) => {
    const view = await answered(api.PATCH('/audit/v1/views/{id}', { ...path(id), body }));
    await anew();
    tellDone(t('views.saved', { name: view.name }));
    return view;
  };
  return {
    create,
    change,
    clone: (view) =>
      told(
        () =>
          answered(
            api.POST('/audit/v1/views/{id}/clone', {
              ...path(view.id),
              body: { name: t('views.copyOf', { name: view.name }).slice(0, 100) },
            }),
          ),
        t('views.cloned', { name: view.name }),
      ),
    reset: async (view) => {
      const isMeant = await confirm({
        title: t('views.resetTitle', { name: view.name }),
        text: t('views.resetText'),
        confirm: t('views.reset'),
      });
      if (!isMeant) return false;
      const act = () => answered(api.POST('/audit/v1/views/{id}/reset', path(view.id)));
      return (await told(act, t('views.wasReset', { name: view.name }))) !== undefined;
    },
    share: async (view) => {
      const visibility = view.visibility === 'private' ? 'everyone' : 'private';
      if (visibility === 'private') {
        const isMeant = await confirm({
          title: t('views.unshareTitle', { name: view.name }),
          text: t('views.unshareText'),
          confirm: t('views.unshare'),
        });
        if (!isMeant) return;
      }
      const act = () =>
        answered(api.PATCH('/audit/v1/views/{id}', { ...path(view.id), body: { visibility } }));
      await told(act, t(visibility === 'everyone' ? 'views.shared' : 'views.unshared', { name: view.name }));
    },
    makeDefault: async (view) => {
      const act = () => answered(api.PUT('/audit/v1/views/default', { body: { view: view.id } }));
      await told(act, t('views.isDefaultNow', { name: view.name }));
    },
    remove: async (view) => {
      const isMeant = await confirm({
        title: t('views.deleteTitle', { name: view.name }),
        text: t(view.visibility === 'everyone' ? 'views.deleteSharedText' : 'views.deleteText'),
        confirm: t('views.delete'),
        isDangerous: true,
      });
      if (!isMeant) return false;
      const act = async () => {
        await answered(api.DELETE('/audit/v1/views/{id}', path(view.id)));
        return true;
      };
      return (await told(act, t('views.deleted', { name: view.name }))) === true;
    },
  };
}
