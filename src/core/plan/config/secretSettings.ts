/**
 * True for a setting that holds a password, or the user that one belongs to. Servers mark them so inside only (config.c:
 * SENSITIVE_CONFIG of 7.0 to 9.1, and settings of modules).
 */
export function isSecretSetting(name: string): boolean {
  return /^(requirepass|(master|primary)(auth|user)|.*(pass|password|passphrase|secret|token))$/i.test(name);
}
