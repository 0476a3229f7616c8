// SPDX-License-Identifier: MIT OR GPL-2.0
// bpfsend: puts a BPF filter that asks for a random number on a socket and sends to it, so that the filter runs in the send's system call.
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif

int main(void)
{
	struct bpf_insn program[] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_prandom_u32 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = -1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	char log[4096] = "";
	union bpf_attr attributes;
	int sockets[2], filter;

	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attributes.insns = (unsigned long)program;
	attributes.insn_cnt = sizeof(program) / sizeof(program[0]);
	attributes.license = (unsigned long)"Dual MIT/GPL";
	attributes.log_buf = (unsigned long)log;
	attributes.log_size = sizeof(log);
	attributes.log_level = 1;
	strcpy(attributes.prog_name, "lab_filter");
	filter = syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof(attributes));
	if (filter < 0) {
		perror("bpfsend: load");
		puts(log);
		return 1;
	}
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) != 0 ||
	    setsockopt(sockets[1], SOL_SOCKET, SO_ATTACH_BPF, &filter, sizeof(filter)) != 0) {
		perror("bpfsend: attach");
		return 1;
	}
	return write(sockets[0], "lab", 3) == 3 ? 0 : 1;
}
