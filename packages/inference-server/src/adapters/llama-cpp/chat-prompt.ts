import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp';

import { RequestError } from '../../core/errors.ts';
import type { ChatMessage } from '../../core/ports.ts';
import type { Library } from './library.ts';

/**
 * The model's own chat template. What users write stays text in it: a special token in a message is not one.
 * A model without a template, or with one that cannot be read, gets what fits its family.
 */
export function chatTemplateOf(library: Library, model: LlamaModel): ChatWrapper {
  const template = model.fileInfo.metadata.tokenizer.chat_template;
  try {
    return template === undefined
      ? library.resolveChatWrapper(model)
      : new library.JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
  } catch {
    return library.resolveChatWrapper(model);
  }
}

/** The prompt that the template makes of the messages, open for the assistant's answer. */
export function chatTokens(template: ChatWrapper, model: LlamaModel, messages: readonly ChatMessage[]): Token[] {
  const chatHistory: ChatHistoryItem[] = [...messages.map(historyItem), { type: 'model', response: [] }];
  try {
    return template.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RequestError('Invalid', `the chat template of the model refuses these messages: ${reason}`, 'messages');
  }
}

function historyItem({ role, content }: ChatMessage): ChatHistoryItem {
  if (role === 'assistant') {
    return { type: 'model', response: [content] };
  }
  return { type: role, text: content };
}
