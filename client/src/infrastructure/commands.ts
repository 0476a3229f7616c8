// Identifiers of the commands, as the manifest spells them.

export const Command = {
  openCrashDump: 'vaquest.openCrashDump',
  openExplorerSelection: 'vaquest.openExplorerSelection',
  closeCrashDump: 'vaquest.closeCrashDump',
  copyMailReport: 'vaquest.copyMailReport',
  showWaitGraph: 'vaquest.showWaitGraph',
  selectVmlinux: 'vaquest.selectVmlinux',
  selectSourceFolder: 'vaquest.selectSourceFolder',
  restartServer: 'vaquest.restartServer',
  showLog: 'vaquest.showLog',
  forgetRecentDump: 'vaquest.forgetRecentDump',
  closeDumpOfView: 'vaquest.closeDumpOfView',
} as const;
