/* SPDX-License-Identifier: ISC */
#include "authority/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

void sandbox_early(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	/* Best effort: without the privilege secrets may reach swap, which docs/THREATS.md says. */
	mlockall(MCL_CURRENT);
	umask(077);
}

bool sandbox_signer(struct err *e)
{
	static const int REFUSED[] = {
		SCMP_SYS(execve),
		SCMP_SYS(execveat),
		SCMP_SYS(socket),
		SCMP_SYS(connect),
		SCMP_SYS(bind),
		SCMP_SYS(ptrace),
		SCMP_SYS(process_vm_readv),
		SCMP_SYS(process_vm_writev),
		SCMP_SYS(mount),
		SCMP_SYS(umount2),
		SCMP_SYS(unshare),
		SCMP_SYS(setns),
		SCMP_SYS(init_module),
		SCMP_SYS(finit_module),
		SCMP_SYS(kexec_load),
		SCMP_SYS(bpf),
		SCMP_SYS(perf_event_open),
		SCMP_SYS(keyctl),
		SCMP_SYS(add_key),
		SCMP_SYS(request_key),
	};
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	/* every thread, also those that were there before */
	bool ok = f != NULL && seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1) == 0;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]) && ok; i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), REFUSED[i], 0) == 0;
	ok = ok && seccomp_load(f) == 0;
	if (f != NULL)
		seccomp_release(f);
	return ok ? true : err_set(e, "sandbox_failed", "the kernel did not take the system call filter");
}
