// OpenFileReader: the open files of tasks.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Fs;

/// <summary>Reads task_struct.files (include/linux/fdtable.h). Bounded; never throws on data.</summary>
public sealed class OpenFileReader(KernelObjects objects)
{
    /// <summary>The default of fs.nr_open; larger tables are read so far.</summary>
    public const int MaxDescriptors = 1 << 20;

    private const int ChunkPointers = 512;

    /// <summary>Entries of one table that are no open files: a table with more is none.</summary>
    private const int MaxStrangers = 64;

    private readonly PathReader _paths = new(objects);

    /// <summary>Address of the files_struct of a task, or null.</summary>
    public VirtAddr? FindTable(VirtAddr task) => objects.FindPointer(task, "task_struct", "files");

    /// <summary>All open files of a task.</summary>
    public OpenFileTable Read(VirtAddr task)
    {
        MemberValue files = objects.ReadMember(task, "task_struct", "files");
        if (files.Pointer is not { } table)
        {
            return new OpenFileTable(null, [], files.Bits == 0 ? "it has no open files: a task that ends gives them back first" : files.Reason);
        }

        MemberValue map = objects.ReadMember(table, "files_struct", "fdt");
        MemberValue pointers = objects.ReadMember(map, "fdtable", "fd");
        MemberValue count = objects.ReadMember(map, "fdtable", "max_fds");
        if (pointers.Pointer is not { } array || count.Bits is not { } size)
        {
            return new OpenFileTable(table, [], "its table of open files cannot be read: " + (pointers.Pointer is null ? pointers.PointerReason : count.Reason));
        }

        string? problem = size > MaxDescriptors ? FormattableString.Invariant($"the table has {size} entries; {MaxDescriptors} were read") : null;
        var found = new List<OpenFile>();
        ReadPointers(array, (int)Math.Min(size, MaxDescriptors), found, ref problem);
        return new OpenFileTable(table, found, problem);
    }

    /// <summary>A struct file.</summary>
    public OpenFile ReadFile(VirtAddr file, int? descriptor)
    {
        MemberValue inode = objects.ReadMember(file, "file", "f_inode");
        return new OpenFile
        {
            Descriptor = descriptor,
            Address = file,
            Path = objects.FindAddress(file, "file", "f_path") is { } path
                ? _paths.Read(path)
                : new KernelPath("…") { Problem = "the layout of struct file is not known" },
            Flags = objects.ReadMember(file, "file", "f_flags"),
            Position = objects.ReadMember(file, "file", "f_pos"),

            // A file_ref since 6.13, which counts from 0 for one user.
            References = objects.Types.HasMember("file", "f_ref")
                ? PlusOne(objects.ReadMember(file, "file", "f_ref.refcnt.counter"))
                : objects.ReadMember(file, "file", "f_count.counter"),
            Inode = inode,
            InodeNumber = objects.ReadMember(inode, "inode", "i_ino"),
            Mode = objects.ReadMember(inode, "inode", "i_mode"),
            Dentry = objects.ReadMember(file, "file", "f_path.dentry"),
            Mount = objects.ReadMember(file, "file", "f_path.mnt"),
            Operations = objects.ReadMember(file, "file", "f_op"),
        };
    }

    private static MemberValue PlusOne(MemberValue value) => value.Signed is { } known ? new MemberValue(unchecked((ulong)(known + 1)), known + 1, "") : value;

    // An open file has operations and a dentry, which are addresses of the kernel; where a page is missing they are not known.
    private bool IsFile(OpenFile file) => IsKernel(file.Operations.Bits) && IsKernel(file.Dentry.Bits);

    private bool IsKernel(ulong? pointer) => pointer is null || objects.Reader.WordSize != 8 ? pointer is not 0 : pointer >> 63 != 0;

    private void ReadPointers(VirtAddr array, int count, List<OpenFile> found, ref string? problem)
    {
        int word = objects.Reader.WordSize;
        byte[] chunk = new byte[ChunkPointers * word];
        int strangers = 0;
        for (int first = 0; first < count; first += ChunkPointers)
        {
            int length = Math.Min(ChunkPointers, count - first);
            ReadOutcome outcome = objects.Reader.Read(array + (ulong)(first * word), chunk.AsSpan(0, length * word));
            for (int i = 0; i < outcome.BytesRead / word; i++)
            {
                ulong pointer = objects.Reader.DecodeUInt(chunk.AsSpan(i * word, word));
                if (pointer != 0)
                {
                    OpenFile file = ReadFile(new VirtAddr(pointer), first + i);
                    found.Add(file);
                    if (!IsFile(file) && ++strangers > MaxStrangers)
                    {
                        problem = FormattableString.Invariant($"the table is damaged: more than {MaxStrangers} of its entries are no open files; what is behind descriptor {first + i} was not read");
                        return;
                    }
                }
            }

            if (!outcome.IsOk)
            {
                problem ??= FormattableString.Invariant($"descriptors from {first + (outcome.BytesRead / word)} on are missing: {outcome}");
            }
        }
    }
}
