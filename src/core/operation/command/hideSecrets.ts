import type { BufferReply } from '../../connection/types';
import { fullName } from '../../plan/command/commandRules';
import type { GivenWord } from '../../plan/command/commandText';
import { isSecretSetting } from '../../plan/config/secretSettings';

const HIDDEN = Buffer.from('***');

/** The reply without passwords and hashes of them: of CONFIG GET, ACL LIST and ACL GETUSER. Any other as it is. */
export function hideSecrets(words: readonly GivenWord[], reply: BufferReply): BufferReply {
  const { name, withSub } = fullName(words);
  if (withSub === 'CONFIG GET' && Array.isArray(reply))
    return reply.map((item, index) =>
      index % 2 === 1 && isSecretSetting(String(reply[index - 1])) && String(item) !== '' ? HIDDEN : item,
    );
  return name === 'ACL' ? hideHashes(reply) : reply;
}

/** SHA-256 in hex, as every server keeps a password (acl.c). */
function hideHashes(reply: BufferReply): BufferReply {
  if (Array.isArray(reply)) return reply.map(hideHashes);
  if (!Buffer.isBuffer(reply)) return reply;
  return Buffer.from(reply.toString('latin1').replace(/\b[0-9a-f]{64}\b/g, '***'), 'latin1');
}
