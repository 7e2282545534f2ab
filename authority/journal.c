/* SPDX-License-Identifier: ISC */
#include "authority/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"

enum { HEADER = 9, HASH = 32 };

struct journal {
	int fd;
	struct digest chain; /* hash of the last record that was added */
	struct digest synced_chain;
	int64_t size, synced; /* of the file, in bytes */
	struct buf pending;   /* added, not written yet */
	bool broken;          /* what the file holds is not known any more */
};

/* Binds a record's length to its place: a length that was altered must not pass for a record that a crash cut short. */
static uint32_t header_check(const struct digest *previous, const uint8_t front[static 5])
{
	struct slice parts[] = { slice_of(previous->b, sizeof(previous->b)), slice_of(front, 5) };
	struct digest d;

	digest_labelled("gmc-journal-header/1", parts, 2, &d);
	return bytes_u32(d.b);
}

/* SHA-256(previous hash ‖ type ‖ body) */
static void link_hash(const struct digest *previous, uint8_t type, struct slice body, struct digest *out)
{
	struct slice parts[] = { slice_of(previous->b, sizeof(previous->b)), slice_of(&type, 1), body };

	digest_labelled("gmc-journal/1", parts, 3, out);
}

static bool read_exactly(int fd, void *p, size_t n, int64_t at)
{
	for (size_t got = 0; got < n;) {
		ssize_t done = pread(fd, (uint8_t *)p + got, n - got, at + (int64_t)got);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		got += (size_t)done;
	}
	return true;
}

/* One record at j->size. *whole is false when the file ends in the middle of it. */
static bool read_one(struct journal *j, int64_t end, journal_reader *reader, void *arg, bool *whole, struct err *e)
{
	uint8_t header[HEADER];
	struct digest hash;
	struct buf body = { 0 };
	uint32_t n;
	bool ok;

	*whole = end - j->size >= HEADER && read_exactly(j->fd, header, HEADER, j->size);
	if (!*whole)
		return true;
	n = bytes_u32(header);
	if (n > JOURNAL_RECORD_MAX || bytes_u32(header + 5) != header_check(&j->chain, header))
		return err_set(e, "journal_broken", "a record of the signer's state has an altered length; restore the file from a copy");
	*whole = end - j->size >= HEADER + HASH + (int64_t)n;
	if (!*whole)
		return true;
	if (!buf_reserve(&body, (size_t)n + HASH))
		return err_memory(e);
	ok = read_exactly(j->fd, body.p, (size_t)n + HASH, j->size + HEADER);
	if (ok) {
		link_hash(&j->chain, header[4], slice_of(body.p, n), &hash);
		ok = memcmp(hash.b, body.p + n, HASH) == 0;
	}
	ok = ok ? reader(arg, header[4], slice_of(body.p, n), e)
		: err_set(e, "journal_broken",
			  "a record of the signer's state does not follow the one before; restore the file from a copy");
	buf_free(&body);
	if (ok) {
		j->chain = hash;
		j->size += HEADER + HASH + (int64_t)n;
	}
	return ok;
}

static bool read_all(struct journal *j, journal_reader *reader, void *arg, struct err *e)
{
	bool whole = true;
	struct stat st;

	if (fstat(j->fd, &st) != 0)
		return err_set(e, "journal_unreadable", "cannot read the signer's state: %s", strerror(errno));
	while (j->size < st.st_size && whole)
		if (!read_one(j, st.st_size, reader, arg, &whole, e))
			return false;
	if (j->size < st.st_size && ftruncate(j->fd, j->size) != 0)
		return err_set(e, "journal_unwritable", "cannot take a torn record off the signer's state: %s", strerror(errno));
	j->synced = j->size;
	j->synced_chain = j->chain;
	return true;
}

/* A new file lasts only when its folder was synced as well. */
static void sync_folder(const char *path)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	int fd;

	if (slash == NULL || (size_t)(slash - path) >= sizeof(folder))
		return;
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

struct journal *journal_open(const char *path, journal_reader *reader, void *arg, struct err *e)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (j == NULL) {
		err_memory(e);
		return NULL;
	}
	j->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (j->fd < 0)
		err_set(e, "journal_unreadable", "cannot open the signer's state %s: %s", path, strerror(errno));
	else if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
		err_set(e, "journal_locked", "another signer holds %s; at most one may be active for a group", path);
	else if (read_all(j, reader, arg, e)) {
		sync_folder(path);
		return j;
	}
	journal_close(j);
	return NULL;
}

void journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd >= 0)
		close(j->fd);
	buf_free(&j->pending);
	free(j);
}

bool journal_add(struct journal *j, uint8_t type, const struct slice *parts, size_t n, struct err *e)
{
	struct buf body = { 0 };
	size_t at = j->pending.n;

	for (size_t i = 0; i < n; i++)
		buf_add_slice(&body, parts[i]);
	if (body.failed || body.n > JOURNAL_RECORD_MAX) {
		buf_free(&body);
		return err_set(e, "too_large", "a record of the signer's state would be too large");
	}
	buf_add_u32(&j->pending, (uint32_t)body.n);
	buf_add_u8(&j->pending, type);
	if (!j->pending.failed)
		buf_add_u32(&j->pending, header_check(&j->chain, j->pending.p + at));
	link_hash(&j->chain, type, buf_slice(&body), &j->chain);
	buf_add_slice(&j->pending, buf_slice(&body));
	buf_add(&j->pending, j->chain.b, HASH);
	buf_free(&body);
	return j->pending.failed ? err_memory(e) : true;
}

void journal_drop(struct journal *j)
{
	buf_free(&j->pending);
	j->chain = j->synced_chain;
	if (j->size == j->synced)
		return;
	if (ftruncate(j->fd, j->synced) != 0)
		j->broken = true;
	j->size = j->synced;
}

static bool write_pending(struct journal *j)
{
	for (size_t done = 0; done < j->pending.n;) {
		ssize_t n = write(j->fd, j->pending.p + done, j->pending.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
		j->size += n;
	}
	if (fdatasync(j->fd) == 0)
		return true;
	/* Pages that could not be written may count as clean from now on: a second attempt would prove nothing. */
	j->broken = true;
	return false;
}

bool journal_sync(struct journal *j, struct err *e)
{
	if (j->pending.n == 0)
		return true;
	if (j->broken) {
		journal_drop(j);
		return err_set(e, "journal_unwritable",
			"an earlier write of the signer's state failed; mend the disk, then start the signer again");
	}
	if (!write_pending(j)) {
		err_set(e, "journal_unwritable", "cannot write the signer's state: %s", strerror(errno));
		journal_drop(j);
		return false;
	}
	j->pending.n = 0;
	j->synced = j->size;
	j->synced_chain = j->chain;
	return true;
}
