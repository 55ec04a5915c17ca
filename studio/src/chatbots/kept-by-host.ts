import type { Chatbot } from '../api/types';

/** Whether the host application keeps the chatbots: then it alone makes, renames and deletes them (409 here). */
export const isKeptByHost = ({ createdAt }: Chatbot): boolean => createdAt === null;
