// ElfVmcoreFormat: ELF core files of a whole machine: kdump's vmcore, makedumpfile -E, QEMU's dump-guest-memory.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf.Wire;
using VaQuest.Dumps.Formats.Netdump;
using VaQuest.Dumps.Formats.Xen;
using VaQuest.Dumps.Notes;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Elf;

/// <summary>Opens ELF vmcores of both classes and byte orders. ELF files that are no dump of a kernel are named and refused.</summary>
internal sealed class ElfVmcoreFormat : IDumpFormat
{
    private const int DefaultPageSize = 4096;
    private const uint AuxiliaryVectorType = 6;

    public Vmcore? TryOpen(DumpInput input)
    {
        if (!input.BeginsWith("\u007fELF"u8))
        {
            return null;
        }

        ElfHeader elf = ReadHeader(input);
        var sections = elf.ProgramHeaderCount == 0 ? XenSections.Read(input, elf) : null;
        if (sections is not null && XenCoreFormat.IsXenCore(elf, sections))
        {
            return XenCoreFormat.Open(input, elf, sections);
        }

        List<ProgramHeader> headers = ElfSegments.ReadHeaders(input, elf);
        if ((elf.Flags & ElfHeader.FlagIncomplete) != 0)
        {
            input.IsCut = true;
            input.Warn($"the dump is marked incomplete by makedumpfile; memory that was not written is missing");
        }

        NoteReader reader = ReadNotes(input, elf, headers);
        IReadOnlyList<DumpNote> notes = reader.Notes;
        var producer = ElfProducer.Of(notes, headers);
        RefuseProcess(producer, notes);
        PieceIndex pieces = ElfSegments.Index(input, PlaceSegments(input, elf, producer, headers));
        Machine? machine = Machine.FindByElf(elf.Machine, elf.IsBigEndian, elf.WordSize);
        var summary = NoteSummary.Read(notes, machine, elf.IsBigEndian, input.Warnings);
        AddDetails(input, elf, headers, producer);
        int pageSize = producer.Kind == ElfProducerKind.Netdump ? NetdumpRules.PageSizeOf(headers) : PageSizeOf(input, summary);
        return Build(input, elf, producer, pieces, pageSize, reader, summary);
    }

    private static Vmcore Build(
        DumpInput input, in ElfHeader elf, ElfProducer producer, PieceIndex pieces, int pageSize, NoteReader notes, NoteSummary summary)
    {
        var memory = new ElfMemory(input.Source, pieces, pageSize, input.Options.PageCacheBytes);
        DomainZeroMemory? domain = DomainZeroMemory.Find(input, notes.Notes, memory, memory, elf.WordSize);
        IPageInventory pages = domain as IPageInventory ?? memory;
        var ranges = new PhysicalRangeList(pages.EnumerateRam());
        return new Vmcore(input.Source)
        {
            Path = input.Path,
            Format = producer.Kind == ElfProducerKind.Netdump ? "netdump" : "elf",
            Architecture = summary.Machine?.Name ?? "unknown",
            IsBigEndian = elf.IsBigEndian,
            WordSize = summary.Machine?.WordSize ?? elf.WordSize,
            PageSize = pageSize,
            IsComplete = !input.IsCut,
            PhysicalBytes = ranges.TotalBytes,
            Memory = domain as IPhysicalMemory ?? memory,
            Pages = pages,
            MachineFrames = domain?.Frames,
            MachineMemory = domain is null ? null : memory,
            MachinePages = domain is null ? null : memory,
            Vmcoreinfo = summary.Vmcoreinfo,
            CpuNotes = summary.Cpus,
            QemuCpus = summary.QemuCpus,
            Notes = notes.Notes,
            DeviceDumps = notes.DeviceDumps,
            Ranges = ranges,
            EraseInfo = summary.EraseInfo,
            Details = input.Details,
            Warnings = [.. input.Warnings, .. summary.Vmcoreinfo.Warnings],
        };
    }

    private static ElfHeader ReadHeader(DumpInput input)
    {
        ElfHeader elf;
        try
        {
            elf = ElfHeader.Read(input.Head.Span);
        }
        catch (DumpFormatException error) when (error.Error == FormatError.Truncated)
        {
            throw new DumpFormatException(FormatError.Truncated, $"the file of {input.Head.Length} bytes ends inside the ELF header", error);
        }

        string? other = elf.Type switch
        {
            ElfHeader.TypeExecutable or ElfHeader.TypeShared => "a program or kernel image (vmlinux?), not a crash dump; give it as debug information",
            ElfHeader.TypeRelocatable => "an object file or kernel module, not a crash dump; give it as debug information",
            ElfHeader.TypeCore => null,
            _ => FormattableString.Invariant($"an ELF file of type {elf.Type}, not a core dump"),
        };
        return other is null ? elf : throw new DumpFormatException(FormatError.NotRecognized, "this is " + other);
    }

    private static NoteReader ReadNotes(DumpInput input, in ElfHeader elf, List<ProgramHeader> headers)
    {
        var reader = new NoteReader(input.Source, elf.IsBigEndian, input.Limits, input.Warnings);
        foreach (ProgramHeader header in headers)
        {
            if (header.Type == ProgramHeader.TypeNote)
            {
                reader.Read(header.Offset > long.MaxValue ? -1 : (long)header.Offset, header.FileBytes);
            }
        }

        input.IsCut |= reader.IsCut;
        return reader;
    }

    private static void RefuseProcess(ElfProducer producer, IReadOnlyList<DumpNote> notes)
    {
        if (producer.Kind == ElfProducerKind.Unknown && notes.Any(note => note.Name == "CORE" && note.Type == AuxiliaryVectorType))
        {
            throw new DumpFormatException(
                FormatError.NotRecognized, "this is the core of a user process, not of a kernel; open it with gdb");
        }
    }

    /// <summary>The program headers, corrected for what their producer is known to get wrong.</summary>
    private static List<ProgramHeader> PlaceSegments(DumpInput input, in ElfHeader elf, ElfProducer producer, List<ProgramHeader> headers)
    {
        switch (producer.Kind)
        {
            case ElfProducerKind.Netdump:
                NetdumpRules.WarnIfInterrupted(input);
                return NetdumpRules.PlaceSegments(input, elf, headers);
            case ElfProducerKind.Snap:
                input.Warn($"the dump was taken by crash's snap extension while the machine ran on: what it holds is not of one moment");
                return headers;
            case ElfProducerKind.Kcore when OldKcore.Is(headers):
                return OldKcore.PlaceSegments(input, elf, headers);
            default:
                return headers;
        }
    }

    /// <summary>The kernel's page size by VMCOREINFO; 4 KiB, the most common, when that is absent or nonsense.</summary>
    private static int PageSizeOf(DumpInput input, NoteSummary summary)
    {
        if (!int.TryParse(summary.Vmcoreinfo.Find("PAGESIZE"), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
        {
            return DefaultPageSize;
        }

        if (PageSizes.IsValid(size, input.Limits))
        {
            return size;
        }

        input.Warn($"VMCOREINFO gives a page size of {size}, which is impossible; {DefaultPageSize} is assumed");
        return DefaultPageSize;
    }

    private static void AddDetails(DumpInput input, in ElfHeader elf, List<ProgramHeader> headers, ElfProducer producer)
    {
        input.AddDetail("Producer", producer.Description);
        input.AddDetail("ELF class", $"{(elf.Is64 ? 64 : 32)}-bit, {(elf.IsBigEndian ? "big" : "little")}-endian");
        input.AddDetail("ELF machine", $"{elf.Machine}");
        input.AddDetail("Program headers", $"{headers.Count}");
        input.AddDetail("Segments", $"{headers.FindAll(header => header.Type == ProgramHeader.TypeLoad).Count}");
    }
}
