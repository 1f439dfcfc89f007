/**
 * How the process of one task is paused. `signal`: its code is stopped by the debugger, which knows where, and then the
 * whole process by SIGSTOP. `debugger`: by the debugger alone, where the system has no such signal.
 */
export type ProcessPauser = 'signal' | 'debugger'

export const systemPauser: ProcessPauser = process.platform === 'win32' ? 'debugger' : 'signal'
