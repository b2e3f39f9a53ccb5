import { count, percent } from '../format.ts';
import type { AboutWords } from './about.ts';

export const aboutChinese: AboutWords = {
  title: '关于这个引擎',
  lead: '这个标签页里在运行什么，为什么这样运行。一切都留在这台机器上。',

  encoding: '理解含义',
  computes: '由谁计算',
  threads: '线程',
  models: '内存中的模型',
  noModel: '还没有：第一个问题或第一份文件会取来一个。',

  searching: '查找',
  kernels: '核心循环',
  forms: { 'relaxed-simd': 'WebAssembly，宽松 SIMD', simd: 'WebAssembly，SIMD', 'typed-arrays': '普通 JavaScript' },
  vectorsOf: (model) => `${model} 的向量`,
  scanned: (rows, pass, recall) => {
    const how = pass === 'float32' ? '逐一精确比较' : '先看 4 位，最好的再精确比较';
    const found = recall === undefined || pass === 'float32' ? '' : `；在此实测，真正最近的十个找到 ${share(recall)}`;
    return `${count(rows)} 个，${how}${found}`;
  },
  last: '上一次回答',
  lastAnswer: (ms, tier) => `${ms}，${tier === 'full' ? '按词语和含义' : '只按词语'}`,

  storing: '存储',
  kinds: { indexeddb: '浏览器的数据库（IndexedDB）', memory: '仅在内存中，关闭标签页即消失' },
  where: '存放在',
  used: '已用',
  usedOf: (used, quota) => (quota ? `${used}，浏览器给本站的上限为 ${quota}` : used),
  kept: '不会被清除',
  persisted: '是：浏览器已答应保留。',
  evictable: '浏览器没有答应：设备空间不足时可能会被清除。收藏或安装此页面会有帮助。',
  holds: '资料库',
  holding: (documents, passages) => `${count(documents)} 篇文档，${count(passages)} 个段落`,

  notes: '说明',
  noNotes: '一切正常。',
  copy: '复制为文字',
  copied: '已复制',
  copyHint: '报告问题时用：就是上面这些，不含你的文档和问题。',
};

/** `99.9%`：取整会把三百分之一的损失说成没有。 */
const share = (recall: number) => (recall === 1 ? percent(1) : `${(Math.floor(recall * 1000) / 10).toFixed(1)}%`);
