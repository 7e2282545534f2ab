/* SPDX-License-Identifier: ISC
 * A configuration file. */
#include <sys/mman.h>
#include <unistd.h>

#include "base/conf.h"
#include "tests/fuzz/fuzz.h"

struct settings {
	char name[16];
	int64_t number, wait, size;
	bool on;
};

static const struct conf_key keys[] = {
	{ "main", "name", CONF_STRING, offsetof(struct settings, name), sizeof(((struct settings *)0)->name), 0, 0, "a", "a name" },
	{ "main", "number", CONF_INT, offsetof(struct settings, number), 0, -5, 100, "7", "a number" },
	{ "other", "wait", CONF_DURATION, offsetof(struct settings, wait), 0, 1, 86400, "1m", "a time" },
	{ "other", "size", CONF_SIZE, offsetof(struct settings, size), 0, 1, 1 << 30, "1k", "a size" },
	{ "other", "on", CONF_BOOL, offsetof(struct settings, on), 0, 0, 0, "no", "a switch" },
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct settings s;
	struct err e = { 0 };
	char path[64];
	int fd = memfd_create("conf", MFD_CLOEXEC);

	CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!conf_read(path, keys, sizeof(keys) / sizeof(keys[0]), &s, &e))
		refused(&e);
	else
		CHECK(strnlen(s.name, sizeof(s.name)) < sizeof(s.name) && s.number >= -5 && s.number <= 100 && s.wait >= 1 &&
			s.wait <= 86400 && s.size >= 1 && s.size <= 1 << 30);
	close(fd);
	return 0;
}
