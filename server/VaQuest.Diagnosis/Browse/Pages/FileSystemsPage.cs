// FileSystemsPage: the types of file systems that the kernel knows.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest filesystems DUMP`: what /proc/filesystems shows, and how many of each are in use.</summary>
internal static class FileSystemsPage
{
    /// <summary>FS_REQUIRES_DEV.</summary>
    private const ulong NeedsDevice = 1;

    public static PageSource Source { get; } = new("filesystems", "Print the types of file systems that the kernel can mount.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new SuperBlockReader(context.Kernel.Objects, context.Kernel.Symbols.FindAddress);
        IReadOnlyList<KernelSuperBlock> blocks = reader.Read(out string? blockProblem);
        IReadOnlyList<(VirtAddr Address, string Name, MemberValue Flags)> types = reader.ReadTypes(out string? problem);
        return new Page("filesystems", "Types of file systems",
        [
            new Table(
                "fileSystems",
                "Types of file systems",
                [new("name", "TYPE"), new("needsDevice", "DEVICE"), new("inUse", "IN USE", true), new("address", "FILE_SYSTEM_TYPE")],
                [
                    .. types.Select(type => (IReadOnlyList<Cell>)
                    [
                        Cell.Of(type.Name),
                        type.Flags.Bits is { } flags ? Cell.Mark((flags & NeedsDevice) != 0, "needed") : Cell.Absent(type.Flags.Reason),
                        Cell.Of((long)blocks.Count(block => block.Type == type.Name)),
                        MemberCells.Pointer(type.Address, "", "struct file_system_type"),
                    ]),
                ]) { Notes = [.. new[] { problem, blockProblem }.OfType<string>()] },
        ]);
    }
}
