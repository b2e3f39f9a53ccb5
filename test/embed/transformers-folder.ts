import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagedModels } from '../../src/embed/encoder.node.ts';

/** Our models in the layout that transformers.js expects, by links; `remove` takes the folder away again. */
export async function transformersFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'nearfield-hub-'));
  for (const [id, hidden_size] of [
    ['bge-small-en-v1.5', 384],
    ['bge-small-zh-v1.5', 512],
  ] as const) {
    const [from, to] = [join(packagedModels(), id), join(folder, id)];
    await mkdir(join(to, 'onnx'), { recursive: true });
    await symlink(join(from, 'model.onnx'), join(to, 'onnx/model_quantized.onnx'));
    await symlink(join(from, 'tokenizer.json'), join(to, 'tokenizer.json'));
    const config = { model_type: 'bert', architectures: ['BertModel'], hidden_size, max_position_embeddings: 512 };
    await writeFile(join(to, 'config.json'), JSON.stringify(config));
    const special = { pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]' };
    const tokenizer = { tokenizer_class: 'BertTokenizer', model_max_length: 512, ...special };
    await writeFile(join(to, 'tokenizer_config.json'), JSON.stringify(tokenizer));
  }
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
