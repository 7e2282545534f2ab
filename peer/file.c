/* SPDX-License-Identifier: ISC */
#include "peer/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool unreadable(struct err *e, const char *path)
{
	return err_set(e, "file_unreadable", "%s cannot be read: %s", path, strerror(errno));
}

static bool unwritable(struct err *e, const char *path)
{
	return err_set(e, "file_unwritable", "%s cannot be written: %s", path, strerror(errno));
}

/* out may grow to hold one byte too many, which tells a file that is just max long from a longer one. */
static bool read_all(int fd, const char *path, size_t max, struct buf *out, struct err *e)
{
	size_t from = out->n;

	for (;;) {
		ssize_t n;

		if (!buf_reserve(out, 4096))
			return err_memory(e);
		n = read(fd, out->p + out->n, out->cap - out->n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return unreadable(e, path);
		out->n += (size_t)n;
		if (out->n - from > max)
			return err_set(e, "too_large", "%s has more than %zu bytes", path, max);
		if (n == 0)
			return true;
	}
}

static bool read_and_close(int fd, const char *path, size_t max, struct buf *out, struct err *e)
{
	size_t from = out->n;
	bool rc = read_all(fd, path, max, out, e);

	close(fd);
	if (!rc && out->n > from) {
		bytes_wipe(out->p + from, out->n - from);
		out->n = from;
	}
	return rc;
}

bool file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 ? read_and_close(fd, path, max, out, e) : unreadable(e, path);
}

bool file_read_secret(const char *path, size_t max, struct buf *out, struct err *e)
{
	/* a FIFO must not make us wait before it is refused */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		unreadable(e, path);
	} else if (!S_ISREG(st.st_mode)) {
		err_set(e, "file_unreadable", "%s cannot be read: not a regular file", path);
	} else if ((st.st_mode & 077) != 0) {
		err_set(e, "file_exposed",
			"%s is open to others (mode %03o): chmod 600, and replace what it holds if others may have read it", path,
			(unsigned)(st.st_mode & 0777));
	} else {
		return read_and_close(fd, path, max, out, e);
	}
	if (fd >= 0)
		close(fd);
	return false;
}

static bool write_all(int fd, struct slice bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			bytes = slice_of(bytes.p + n, bytes.n - (size_t)n);
	}
	return true;
}

/* A name in a folder lasts only when the folder itself has been synced. */
static bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool rc = fd >= 0 && fsync(fd) == 0;
	int saved = errno;

	if (fd >= 0)
		close(fd);
	free(folder);
	errno = saved;
	return rc;
}

/* A finished file beside path; its name is the caller's to free, and the file the caller's to move. NULL with errno set. */
static char *write_beside(const char *path, uint32_t mode, struct slice bytes)
{
	char *name = NULL;
	int fd, saved;
	bool ok;

	if (asprintf(&name, "%s.XXXXXX", path) < 0)
		return NULL;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0) {
		free(name);
		return NULL;
	}
	ok = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
	saved = errno;
	if (close(fd) == 0 && ok)
		return name;
	unlink(name);
	free(name);
	errno = saved;
	return NULL;
}

bool file_write(const char *path, uint32_t mode, struct slice bytes, struct err *e)
{
	char *name = write_beside(path, mode, bytes);
	bool rc;

	if (name == NULL)
		return unwritable(e, path);
	rc = rename(name, path) == 0;
	if (!rc) {
		unwritable(e, path);
		unlink(name);
	}
	free(name);
	return rc && (sync_folder(path) || unwritable(e, path));
}

/* link() never replaces, so that of two writers one alone wins, and nobody sees half a file. */
bool file_create(const char *path, uint32_t mode, struct slice bytes, struct err *e)
{
	char *name = write_beside(path, mode, bytes);
	bool rc;

	if (name == NULL)
		return unwritable(e, path);
	rc = link(name, path) == 0;
	if (!rc && errno == EEXIST)
		err_set(e, "file_exists", "%s exists already: it is left as it is; give another name", path);
	else if (!rc)
		unwritable(e, path);
	unlink(name);
	free(name);
	return rc && (sync_folder(path) || unwritable(e, path));
}
