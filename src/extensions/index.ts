export { ExtensionsModule } from './extensions.module.js';
export {
  type ChatbotWebhooksOptions,
  type Part,
  type Parts,
  ResolvedOptions,
  type StructureOptions,
} from './options.js';
