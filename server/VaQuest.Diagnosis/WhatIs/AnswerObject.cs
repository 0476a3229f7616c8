// AnswerObject: the typed object that an address belongs to.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.WhatIs;

/// <summary>An object.</summary>
/// <param name="Type">Its type as C: "struct dentry".</param>
/// <param name="Address">Where it begins.</param>
/// <param name="Offset">Bytes from there to the address that was asked for.</param>
/// <param name="Member">The member at that offset, "d_name.len", with "+0x4" for the bytes inside of it; null when there is none.</param>
/// <param name="Summary">The object in a line: a path, a PID and name, addresses and state of a socket; null when nothing is known of it.</param>
/// <param name="IsCertain">False when only a name suggests the type: caches of equal layout were merged.</param>
public sealed record AnswerObject(string Type, VirtAddr Address, ulong Offset, string? Member, string? Summary, bool IsCertain);
