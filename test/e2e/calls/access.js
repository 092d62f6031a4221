// Installing and access.
export default {
  version: [{}],
  check_ready: [{}],
  init: [{}],
  grant_access: [{ role: 'anon', level: 'viewer' }],
  revoke_access: [{ role: 'authenticated', level: 'publisher' }],
  allow_folder: [{ role: 'authenticated', prefix: 'billing', level: 'viewer', claim: 'app_metadata.team', value: 'money' }],
  disallow_folder: [{ role: 'authenticated', prefix: 'support/', level: 'publisher' }],
  list_folder_rules: [{}]
}
