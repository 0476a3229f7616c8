// PageUses: who still holds pages: sockets' buffers, pipes, and I/O in flight.
using VaQuest.Binary;
using VaQuest.Kernel.Block;
using VaQuest.Kernel.Net;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.ZeroCopy;

/// <summary>Collects the uses of pages on their way without a copy. Bounded; never throws on data.</summary>
public static class PageUses
{
    /// <summary>Buffers of one pipe: /proc/sys/fs/pipe-max-size may be raised.</summary>
    private const ulong MaxPipeBuffers = 1 << 20;

    /// <summary>BIO_MAX_VECS is 256.</summary>
    private const ulong MaxVectors = 1024;

    private const ulong MaxDescriptors = 1 << 20;

    /// <summary>Entries of one table of files that are none: a table with more is damaged.</summary>
    private const int MaxStrangers = 64;

    /// <summary>All uses in sockets, pipes and requests.</summary>
    public static IReadOnlyList<PageUse> Read(LinuxKernel kernel, IReadOnlyList<KernelSocket> sockets, List<string> notes, CancellationToken cancellation)
    {
        var uses = new List<PageUse>();
        var buffers = new SocketBuffers(kernel);
        if (buffers.Missing is { } missing)
        {
            notes.Add(missing);
        }

        foreach (KernelSocket socket in sockets.Where(socket => socket.IsFull))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach ((string queue, ObjectView buffer) in buffers.Read(socket.Object, notes))
            {
                uses.AddRange(buffers.Fragments(queue, buffer, socket.Object));
            }
        }

        AddPipes(kernel, uses, cancellation);
        AddRequests(kernel, uses, notes, cancellation);
        return uses;
    }

    /// <summary>A use by the struct page of a compound page or its parts: the offset may reach into pages behind; null when it is no struct page.</summary>
    internal static PageUse? Make(LinuxKernel kernel, VirtAddr page, ulong offset, ulong length, string where, ObjectView holder, ObjectView owner)
    {
        ulong pageSize = (ulong)Math.Max(4096, kernel.Dump.PageSize);
        ulong skip = offset / pageSize;
        VirtAddr first = page + unchecked(skip * kernel.PageMap.PageStructBytes);
        return kernel.PageMap.FindPfn(first, out ulong inside) is { } frame && inside == 0
            ? new PageUse(first, frame, offset % pageSize, length, where, holder, owner)
            : null;
    }

    /// <summary>The uses by threads of the kernel's RPC servers, whose structures only the module's types know.</summary>
    public static IReadOnlyList<PageUse> ReadRpc(LinuxKernel kernel, RpcServers servers, CancellationToken cancellation)
    {
        var uses = new List<PageUse>();
        foreach ((_, ObjectView request) in servers.Requests())
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (RpcPage page in servers.Pages(request))
            {
                ObjectView owner = page.Socket is { } socket ? new ObjectView(kernel.Objects, socket, "sock") : request;
                if (Make(kernel, page.Page, page.Offset, page.Length, page.Where, request, owner) is { } use)
                {
                    uses.Add(use);
                }
            }
        }

        return uses;
    }

    /// <summary>head and tail count up for ever; the ring is a power of two (5.5). Before that: nrbufs from curbuf on.</summary>
    private static void AddPipes(LinuxKernel kernel, List<PageUse> uses, CancellationToken cancellation)
    {
        if (kernel.Symbols.FindAddress("pipefifo_fops") is not { } operations || kernel.Types.FindSize("pipe_buffer") is not ({ } size and > 0))
        {
            return;
        }

        var seen = new HashSet<ulong>();
        foreach (ObjectView file in OpenFiles(kernel, cancellation))
        {
            if (file.Pointer("f_op") != operations || file.Behind("pipe_inode_info", "private_data") is not { } pipe || !seen.Add(pipe.Address.Value)
                || pipe.Pointer("bufs") is not { } ring)
            {
                continue;
            }

            ulong slots = pipe.UInt("ring_size", "buffers") ?? 0;
            ulong first = pipe.UInt("tail", "curbuf") ?? 0;
            ulong count = pipe.Has("head") ? unchecked((uint)((pipe.UInt("head") ?? 0) - first)) : pipe.UInt("nrbufs") ?? 0;
            for (ulong i = 0; slots is > 0 and <= MaxPipeBuffers && i < Math.Min(count, slots); i++)
            {
                ObjectView buffer = pipe.Other(ring + (unchecked(first + i) % slots * (ulong)size), "pipe_buffer");
                if (buffer.Pointer("page") is { } page && Make(kernel, page, buffer.UInt("offset") ?? 0, buffer.UInt("len") ?? 0, "pipe", buffer, pipe) is { } use)
                {
                    uses.Add(use);
                }
            }
        }
    }

    private static void AddRequests(LinuxKernel kernel, List<PageUse> uses, List<string> notes, CancellationToken cancellation)
    {
        var reader = new BlockRequestReader(kernel);
        ulong size = (ulong)(kernel.Types.FindSize("bio_vec") ?? 0);
        foreach (BlockDevice disk in new BlockDeviceReader(kernel).Read(out _).Where(device => !device.IsPartition))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (BlockRequest request in disk.Queue is { } queue ? reader.Read(queue, disk.Name, notes) : [])
            {
                foreach (BlockIo io in request.Bios)
                {
                    ulong count = Math.Min(io.Object.UInt("bi_vcnt") ?? 0, MaxVectors);
                    for (ulong i = 0; i < count && size > 0 && io.Object.Pointer("bi_io_vec") is { } first; i++)
                    {
                        ObjectView vector = io.Object.Other(first + (i * size), "bio_vec");
                        if (vector.Pointer("bv_page") is { } page
                            && Make(kernel, page, vector.UInt("bv_offset") ?? 0, vector.UInt("bv_len") ?? 0, "bio", io.Object, request.Object) is { } use)
                        {
                            uses.Add(use);
                        }
                    }
                }
            }
        }
    }

    private static IEnumerable<ObjectView> OpenFiles(LinuxKernel kernel, CancellationToken cancellation)
    {
        var tables = new HashSet<ulong>();
        foreach (KernelTask task in kernel.Tasks.All)
        {
            cancellation.ThrowIfCancellationRequested();
            ObjectView? files = new ObjectView(kernel.Objects, task.Address, "task_struct").Behind("files_struct", "files");
            if (files is null || !tables.Add(files.Address.Value) || files.Behind("fdtable", "fdt") is not { } table || table.Pointer("fd") is not { } array)
            {
                continue;
            }

            ulong count = Math.Min(table.UInt("max_fds") ?? 0, MaxDescriptors);
            int strangers = 0;
            for (ulong i = 0; i < count && strangers < MaxStrangers; i++)
            {
                if (kernel.Reader.FindPointer(array + (i * (ulong)kernel.Reader.WordSize)) is { } at)
                {
                    ObjectView file = files.Other(at, "file");
                    strangers += file.Pointer("f_op") is null ? 1 : 0;
                    yield return file;
                }
            }
        }
    }
}
