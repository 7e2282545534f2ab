/* SPDX-License-Identifier: ISC */
#include "authority/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until the socket is ready or the deadline has passed. */
static bool wait_for(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		int64_t left = deadline - clock_ms();
		int n = poll(&p, 1, left < 0 ? 0 : (int)left);

		if (n > 0)
			return true;
		if (n == 0 || errno != EINTR)
			return false;
	}
}

static bool send_all(int fd, const uint8_t *p, size_t n, int64_t deadline)
{
	while (n > 0) {
		ssize_t done = wait_for(fd, POLLOUT, deadline) ? send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;

		if (done < 0 && (errno == EINTR || errno == EAGAIN) && clock_ms() < deadline)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* How many bytes came before the other side closed, failed or ran out of time. */
static size_t receive_all(int fd, uint8_t *p, size_t n, int64_t deadline)
{
	size_t got = 0;

	while (got < n) {
		ssize_t done = wait_for(fd, POLLIN, deadline) ? recv(fd, p + got, n - got, MSG_DONTWAIT) : -1;

		if (done < 0 && (errno == EINTR || errno == EAGAIN) && clock_ms() < deadline)
			continue;
		if (done <= 0)
			break;
		got += (size_t)done;
	}
	return got;
}

bool frame_send(int fd, struct slice body, int timeout_ms, struct err *e)
{
	int64_t deadline = clock_ms() + timeout_ms;
	struct buf length = { 0 };
	bool ok;

	if (body.n > FRAME_MAX)
		return err_set(e, "too_large", "a message of %zu bytes is above the limit of %d", body.n, FRAME_MAX);
	buf_add_u32(&length, (uint32_t)body.n);
	ok = !length.failed && send_all(fd, length.p, length.n, deadline) && send_all(fd, body.p, body.n, deadline);
	buf_free(&length);
	return ok ? true : err_set(e, "signer_unavailable", "the signer's socket closed or stalled while a message was sent");
}

bool frame_receive(int fd, struct buf *out, int timeout_ms, struct err *e)
{
	int64_t deadline = clock_ms() + timeout_ms;
	uint8_t length[4];
	size_t got = receive_all(fd, length, sizeof(length), deadline);
	uint32_t n;

	if (got == 0)
		return false;
	n = got == sizeof(length) ? bytes_u32(length) : 0;
	if (n > FRAME_MAX)
		return err_set(e, "too_large", "a message of %u bytes is above the limit of %d", n, FRAME_MAX);
	if (!buf_reserve(out, n))
		return err_memory(e);
	if (got != sizeof(length) || receive_all(fd, out->p + out->n, n, deadline) != n)
		return err_set(e, "signer_unavailable", "the signer's socket closed or stalled in the middle of a message");
	out->n += n;
	return true;
}
