// AddressIdentifier: what a number is: one answer for every number.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.WhatIs.Objects;
using VaQuest.Diagnosis.WhatIs.Places;
using VaQuest.Kernel;

namespace VaQuest.Diagnosis.WhatIs;

/// <summary>
/// The engine behind `vaquest whatis`, hovers and documents. Kinds of places are asked in order, the most particular first. Bounded; safe for concurrent
/// use; never throws on data.
/// </summary>
internal sealed class AddressIdentifier
{
    private readonly LinuxKernel _kernel;
    private readonly IAddressPlaces[] _places;
    private readonly StrayNumbers _stray;
    private readonly PerCpuPlaces _perCpu;
    private readonly PageLines _pages;

    public AddressIdentifier(OpenedDump opened, StackReader stacks, SessionValues values)
    {
        _kernel = opened.Kernel;
        Objects = new ObjectLines(_kernel);
        _pages = new PageLines(_kernel, Objects);
        _perCpu = new PerCpuPlaces(_kernel);
        _stray = new StrayNumbers(_kernel);
        CType Resolve(CType type) => values.Kernel.Resolve(type);
        StructType? FindStruct(string tag, string? module) => _kernel.Types.Catalog?.FindStruct(tag) ?? values.FindStruct(tag, module);
        _places =
        [
            new SpecialNumbers(),
            new ImagePlaces(_kernel),
            new StackPlaces(opened, stacks, values),
            new PerCpuPlaces(_kernel),
            new CpuEntryPlaces(_kernel, Resolve),
            new VmemmapPlaces(_kernel, _pages, Resolve),
            new DirectMapPlaces(_kernel, _pages, Objects, FindStruct, Resolve),
            new VmallocPlaces(_kernel, _pages),
            new UserPlaces(_kernel, _perCpu, Objects),
            new AreaPlaces(_kernel),
        ];
    }

    /// <summary>Objects in a line each.</summary>
    public ObjectLines Objects { get; }

    /// <summary>What is there.</summary>
    public AddressAnswer Identify(AddressQuestion question)
    {
        if (question.Meaning != AddressMeaning.Virtual)
        {
            return OfPhysical(question);
        }

        var address = new VirtAddr(question.Value);
        foreach (IAddressPlaces places in _places)
        {
            if (places.Find(address, question) is { } answer)
            {
                return answer.Kind == AddressKinds.NotMapped ? answer.With(_stray.FindFlippedBit(question.Value)) : answer;
            }
        }

        if (_perCpu.FindPointer(address) is { } pointer)
        {
            return pointer;
        }

        return _kernel.Layout.IsCanonical(address) ? Unknown(address) : _stray.Find(question.Value);
    }

    private AddressAnswer OfPhysical(AddressQuestion question)
    {
        bool isFrame = question.Meaning == AddressMeaning.PageFrame;
        string asked = isFrame ? FormattableString.Invariant($"page frame {Words.Hex(question.Value)}") : $"physical {Words.Hex(question.Value)}";
        const int PhysicalBits = 52;
        ulong most = 1UL << (isFrame ? PhysicalBits - _kernel.PageMap.PageShift : PhysicalBits);
        if (question.Value >= most)
        {
            return new AddressAnswer { Address = question.Value, Kind = AddressKinds.NotMapped, Text = asked + ": no machine has memory there" };
        }

        PhysAddr physical = isFrame ? _kernel.PageMap.PhysicalOf(new Pfn(question.Value)) : new PhysAddr(question.Value);
        if (_kernel.PageMap.ToDirectMap(physical) is { } mapped)
        {
            AddressAnswer answer = Identify(new AddressQuestion(mapped.Value, AddressMeaning.Virtual, question.Pid));
            return answer with { Text = $"{asked}: {answer.Text}" };
        }

        string page = _kernel.Pages.Read(_kernel.PageMap.PfnOf(physical), out string? reason) is { } read ? "page: " + _pages.Describe(read) : reason!;
        return new AddressAnswer { Address = question.Value, Kind = AddressKinds.Page, Text = $"{asked}: {page}" };
    }

    private AddressAnswer Unknown(VirtAddr address)
    {
        PhysAddr? physical = _kernel.Memory.Translate(address, out ReadStatus status);
        return new AddressAnswer
        {
            Address = address.Value,
            Kind = physical is null ? AddressKinds.NotMapped : AddressKinds.Unknown,
            Text = physical is { } at ? $"kernel address, physical {at}" : $"kernel address, {ReadOutcome.Describe(status)}",
            Details = physical is null && _stray.FindFlippedBit(address.Value) is { } flipped ? [flipped] : [],
        };
    }
}
