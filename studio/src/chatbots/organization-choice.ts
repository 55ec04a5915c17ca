/** Whose chatbot it is to be: one that exists, or one that is made along with it. */
export type OrganizationChoice =
  | { kind: 'existing'; organizationId: string }
  | {
      kind: 'new';
      name: string;
      plan: string;
      /** Made already, while the chatbot was refused: the next try takes it instead of a second one. */
      createdId?: string;
    };

export const NEW_ORGANIZATION: OrganizationChoice = { kind: 'new', name: '', plan: 'pro' };
