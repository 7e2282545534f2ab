/* SPDX-License-Identifier: ISC
 * The signer's state file, as a crash or a hand may have left it. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/journal.h"
#include "tests/fuzz/fuzz.h"

static bool count(void *arg, uint8_t type, struct slice body, struct err *e)
{
	(void)type;
	(void)body;
	(void)e;
	++*(size_t *)arg;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int fd = memfd_create("journal", MFD_CLOEXEC);
	size_t first = 0, second = 0;
	struct err e = { 0 };
	struct journal *j;
	struct stat st;
	char path[64];

	CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	j = journal_open(path, count, &first, &e);
	if (j == NULL) {
		refused(&e);
	} else {
		journal_close(j);
		CHECK(fstat(fd, &st) == 0 && (size_t)st.st_size <= n);
		j = journal_open(path, count, &second, &e); /* what was taken off stays off */
		CHECK(j != NULL && first == second);
		journal_close(j);
	}
	close(fd);
	return 0;
}
