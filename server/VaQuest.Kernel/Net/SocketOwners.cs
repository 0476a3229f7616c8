// SocketOwners: which tasks have a socket or a pipe open.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Net;

/// <summary>Goes through the file tables of all processes once; threads share them.</summary>
public sealed class SocketOwners
{
    /// <summary>Descriptors of one process: fs.nr_open is 1 Mi unless it is raised.</summary>
    private const ulong MaxDescriptors = 1 << 20;

    /// <summary>Owners that are kept of one socket.</summary>
    private const int MaxOwners = 16;

    private readonly Dictionary<ulong, List<SocketUse>> _bySocket = [];

    private readonly Dictionary<ulong, List<SocketUse>> _byPipe = [];

    private SocketOwners()
    {
    }

    /// <summary>Every struct sock that an open file leads to.</summary>
    public IEnumerable<VirtAddr> Sockets => _bySocket.Keys.Select(address => new VirtAddr(address));

    public static SocketOwners Read(LinuxKernel kernel, CancellationToken cancellation)
    {
        var owners = new SocketOwners();
        if (kernel.Symbols.FindAddress("socket_file_ops") is not { } operations)
        {
            return owners;
        }

        var seen = new HashSet<ulong>();
        foreach (KernelTask task in kernel.Tasks.All)
        {
            cancellation.ThrowIfCancellationRequested();
            var view = new ObjectView(kernel.Objects, task.Address, "task_struct");
            if (!task.IsKernelThread && view.Behind("files_struct", "files") is { } files && seen.Add(files.Address.Value))
            {
                owners.ReadTable(task, files, operations, kernel.Symbols.FindAddress("pipefifo_fops"));
            }
        }

        return owners;
    }

    /// <summary>Who has a socket open; empty when nobody has, as for those of the kernel itself.</summary>
    public IReadOnlyList<SocketUse> Find(VirtAddr socket) => _bySocket.GetValueOrDefault(socket.Value) ?? [];

    /// <summary>Who has a pipe (struct pipe_inode_info) open.</summary>
    public IReadOnlyList<SocketUse> FindPipe(VirtAddr pipe) => _byPipe.GetValueOrDefault(pipe.Value) ?? [];

    private void ReadTable(KernelTask task, ObjectView files, VirtAddr sockets, VirtAddr? pipes)
    {
        if (files.Behind("fdtable", "fdt") is not { } table || table.Pointer("fd") is not { } array || table.UInt("max_fds") is not (<= MaxDescriptors and { } count))
        {
            return;
        }

        ulong word = (ulong)files.Objects.Reader.WordSize;
        for (ulong i = 0; i < count; i++)
        {
            if (files.Objects.Reader.FindPointer(array + (i * word)) is not { } at)
            {
                continue;
            }

            ObjectView file = files.Other(at, "file");
            VirtAddr? operations = file.Pointer("f_op");
            if (operations == sockets && file.Behind("socket", "private_data")?.Pointer("sk") is { } socket)
            {
                Add(_bySocket, socket, new SocketUse(task, (int)i));
            }
            else if (operations is not null && operations == pipes && file.Pointer("private_data") is { } pipe)
            {
                Add(_byPipe, pipe, new SocketUse(task, (int)i));
            }
        }
    }

    private static void Add(Dictionary<ulong, List<SocketUse>> map, VirtAddr key, SocketUse use)
    {
        if (!map.TryGetValue(key.Value, out List<SocketUse>? uses))
        {
            map[key.Value] = uses = [];
        }

        if (uses.Count < MaxOwners)
        {
            uses.Add(use);
        }
    }
}
